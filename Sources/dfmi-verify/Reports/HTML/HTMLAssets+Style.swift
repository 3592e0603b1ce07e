/// What the page looks like and how it answers.
enum HTMLAssets {
  /// Three columns on wide screens, one on narrow ones and on paper.
  static let style = #"""
    :root{color-scheme:light dark;--paper:#fdfdfc;--ink:#1b1f24;--soft:#5b6470;--line:#d6dade;--tint:#f1f3f5;
    --now:#fff1c2;--good:#146c2e;--bad:#b3202a;--open:#8a5a00;--link:#0b57a4}
    @media(prefers-color-scheme:dark){:root{--paper:#15181b;--ink:#e4e7ea;--soft:#9aa4ae;--line:#343a41;
    --tint:#1e2226;--now:#4a3d10;--good:#6fd08c;--bad:#ff8d8d;--open:#e6b450;--link:#7db9f5}}
    *{box-sizing:border-box}
    body{margin:0;background:var(--paper);color:var(--ink);font:15px/1.5 system-ui,sans-serif;display:grid;
    grid-template-columns:minmax(11rem,15rem) minmax(0,1fr) minmax(20rem,38rem);
    grid-template-areas:"head head head" "nav main source"}
    header{grid-area:head;padding:1rem 1.5rem .5rem;border-bottom:1px solid var(--line)}
    h1{font-size:1.5rem;margin:0}h2{font-size:1.2rem;margin:1.2rem 0 .4rem}h3{font-size:1.05rem;margin:0 0 .3rem}
    nav{grid-area:nav;padding:1rem;border-right:1px solid var(--line);font-size:.9rem}
    nav ul{list-style:none;margin:0;padding:0 0 0 .5rem}nav>ul>li{margin-bottom:.7rem}
    nav span{color:var(--soft)}nav li,h1,h2,h3,dd,.state td,.provenance td{overflow-wrap:anywhere}td,th{overflow-wrap:break-word}
    main{grid-area:main;padding:0 1.5rem 3rem;min-width:0}
    aside{grid-area:source;border-left:1px solid var(--line);padding:0 .5rem 2rem;font-size:.85rem;
    position:sticky;top:0;max-height:100vh;overflow:auto}
    a{color:var(--link)}code,pre,.code,.changes,.state td,.title b{font-family:ui-monospace,Menlo,Consolas,monospace}
    table{border-collapse:collapse;margin:.5rem 0}th,td{text-align:left;padding:.15rem .6rem .15rem 0;
    vertical-align:top;border-bottom:1px solid var(--line)}thead th{color:var(--soft);font-weight:normal}
    .verdicts{width:100%;font-size:.92rem}.good,.good .verdict{color:var(--good)}.bad,.bad .verdict{color:var(--bad)}
    .open .verdict,.open{color:var(--open)}.doubt{color:var(--open)}.expected .verdict{color:var(--soft)}
    tr.good,tr.bad,tr.open,tr.expected,article.good,article.bad,article.open,article.expected,nav li{color:var(--ink)}
    nav li.bad>span{color:var(--bad)}nav li.good>span{color:var(--good)}nav li.open>span{color:var(--open)}
    .answer{font-weight:600;margin:.2rem 0}
    article{border:1px solid var(--line);border-left:4px solid var(--soft);border-radius:4px;padding:.8rem 1rem;
    margin:1rem 0}article.bad{border-left-color:var(--bad)}article.good{border-left-color:var(--good)}
    article p,article ul{margin:.2rem 0}.because{color:var(--bad)}ul.because{padding-left:1.2rem}
    .messages{overflow:auto;background:var(--tint);padding:.6rem}
    .controls{display:flex;gap:.4rem;align-items:center;margin:.6rem 0;flex-wrap:wrap}
    .controls[hidden]{display:none}.controls input{flex:1;min-width:8rem}.hint{color:var(--soft);font-size:.85rem}
    button{font:inherit;padding:.2rem .7rem;border:1px solid var(--line);border-radius:4px;background:var(--tint);
    color:var(--ink);cursor:pointer}button:disabled{opacity:.45;cursor:default}
    :focus-visible{outline:2px solid var(--link);outline-offset:2px}
    .beside{display:flex;flex-wrap:wrap;gap:1rem;align-items:flex-start}
    .steps{list-style:none;margin:0;padding:0;flex:1 1 15rem;min-width:0}
    .steps>li{padding:.25rem .5rem;border-left:3px solid transparent;scroll-margin:6rem}
    .steps .title a{display:inline-block;min-width:1.6rem;text-align:right;color:var(--soft);text-decoration:none}
    .steps>li.now{background:var(--now);border-left-color:var(--ink)}
    .changes{list-style:none;padding-left:2.2rem;font-size:.85rem;overflow-wrap:anywhere}
    .stepping .steps>li:not(.now) .changes{white-space:nowrap;overflow:hidden;text-overflow:ellipsis;opacity:.8}
    .stepping .steps>li:not(.now) .changes li{display:inline;margin-right:1.2em}
    .stepping .steps>li:not(.now) details{display:none}.stepping .steps>li{cursor:pointer}.steps details{margin-left:2.2rem;font-size:.85rem}
    .state th{font-weight:normal;color:var(--soft)}.state .changed td{font-weight:700}
    .lanes{margin:0;overflow:auto;max-width:100%}.lanes svg{display:block}.event.now .band{fill-opacity:.12}
    .event.now text{font-weight:700}.lanes .verdict{fill:var(--bad)}
    .code{font-size:.8rem;width:100%}.code td{border:0;padding:0 .4rem 0 0;line-height:1.45}
    .code .line{white-space:pre-wrap;tab-size:2;overflow-wrap:anywhere}.code .number{color:var(--soft);text-align:right;
    user-select:none;white-space:nowrap;width:1%}.code .mark{font:.75rem system-ui,sans-serif;width:1%;text-align:right;white-space:nowrap}
    .code .hit{border-right:2px solid var(--good)}
    .code .count{color:var(--link);font:.75rem system-ui,sans-serif;text-align:right;width:1%;white-space:nowrap}
    .code abbr{text-decoration:none}.code .doubt{color:var(--open);font-weight:600}
    .code i{color:var(--soft);font-style:normal}.code b{font-weight:600}.code q{quotes:none;color:var(--good)}
    .code tr.good .mark{color:var(--good)}.code tr.bad .mark{color:var(--bad)}.code tr.doubt .mark{color:var(--open)}
    .code tr.doubt,.code tr.good,.code tr.bad,.code tr.open{color:inherit}.wide{overflow-x:auto}
    .code tr{scroll-margin:4rem}.code tr.now,.code tr:target{background:var(--now)}
    summary{cursor:pointer}dl{display:grid;grid-template-columns:max-content 1fr;gap:.2rem 1rem}dd{margin:0}
    dt{color:var(--soft)}.visually-hidden{position:absolute;width:1px;height:1px;overflow:hidden;clip-path:inset(50%)}
    .skip{position:absolute;left:-99rem}.skip:focus{left:1rem;top:.5rem;background:var(--paper);padding:.4rem;z-index:2}
    #explore{border:1px solid var(--line);border-radius:4px;padding:.8rem 1rem;margin:1rem 0}
    #explore .menu{display:flex;flex-direction:column;gap:.3rem;align-items:flex-start}
    #explore .menu button{text-align:left;font-family:ui-monospace,Menlo,Consolas,monospace}
    #explore .refused{color:var(--soft);font-size:.85rem}#explore .columns{display:flex;flex-wrap:wrap;gap:1.5rem}
    #explore .columns>div{flex:1 1 18rem;min-width:0}#explore input[type=text]{font:inherit;width:100%;max-width:30rem}
    #explore .charts{display:flex;flex-wrap:wrap;gap:.8rem}#explore .charts figure{margin:0;font-size:.8rem}
    #explore .walk{padding-left:1.6rem;max-height:16rem;overflow:auto}#explore .walk .now{background:var(--now)}
    @media(max-width:70rem){body{display:block}aside{position:static;max-height:none;border:0;padding:0 1.5rem}
    nav{border:0;padding:.5rem 1.5rem}}
    @media print{body{display:block;font-size:10pt}nav,.controls,.skip,#explore{display:none!important}
    aside{position:static;max-height:none;border:0;overflow:visible}.beside{display:block}
    article{break-inside:auto}.steps>li,.lanes{break-inside:avoid}.lanes svg{max-width:100%;height:auto}
    .steps>li.now,.code tr.now{background:none;border-left-color:transparent}a{color:inherit;text-decoration:none}
    .stepping .steps>li:not(.now) .changes{white-space:normal;opacity:1}
    .stepping .steps>li:not(.now) .changes li{display:list-item}}
    @media(prefers-reduced-motion:no-preference){.steps>li,.code tr{transition:background .15s}}
    """#
}

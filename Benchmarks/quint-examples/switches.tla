---- MODULE switches ----
(* The prisoners of TLA+ Examples, with the name that the invariant has in the Quint example. *)
EXTENDS Prisoners

countInv == CountInvariant
====

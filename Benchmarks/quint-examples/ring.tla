---- MODULE ring ----
(* The token ring of TLA+ Examples, with the invariant of the Quint example: there is a token. *)
EXTENDS TokenRing

tokenInv == c[0] = c[N - 1] \/ \E i \in Node \ {0} : c[i] # c[i - 1]
====

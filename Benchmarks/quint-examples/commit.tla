---- MODULE commit ----
(* Two-phase commit of TLA+ Examples, with the invariant of the Quint example. *)
EXTENDS TwoPhase

consistencyInv == \A a, b \in RM : ~(rmState[a] = "committed" /\ rmState[b] = "aborted")
====

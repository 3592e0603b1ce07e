---- MODULE termination ----
(* Termination of a ring is detected; the module of TLA+ Examples has the names of the Quint example. *)
EXTENDS EWD840
====

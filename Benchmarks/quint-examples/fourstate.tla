---- MODULE fourstate ----
(* A ring that stabilizes: machines with four states, a line of N + 1 of them. *)
EXTENDS Naturals

CONSTANT N

VARIABLE system

Nodes == 0..N
States == [x : BOOLEAN, up : BOOLEAN]

Token(i) ==
  IF i = 0 THEN system[0].x = system[1].x /\ ~system[1].up
  ELSE IF i = N THEN system[N].x # system[N - 1].x
  ELSE \/ system[i].x # system[i - 1].x
       \/ system[i].x = system[i + 1].x /\ system[i].up /\ ~system[i + 1].up

Init ==
  /\ system \in [Nodes -> States]
  /\ system[0].up
  /\ ~system[N].up

Move(i) ==
  IF i \in {0, N} THEN system' = [system EXCEPT ![i].x = ~@]
  ELSE IF system[i].x # system[i - 1].x THEN system' = [system EXCEPT ![i] = [x |-> ~system[i].x, up |-> TRUE]]
  ELSE system' = [system EXCEPT ![i].up = FALSE]

Next == \E i \in Nodes : Token(i) /\ Move(i)

tokenInv == \E i \in Nodes : Token(i)
====

---- MODULE teaching ----
(* Each process sets its x, and then reads that of its neighbor into its y. *)
EXTENDS Naturals

CONSTANTS N, Largest

VARIABLE state

Processes == 0..(N - 1)

Init ==
  \E values \in [Processes -> 0..Largest] :
    state = [i \in Processes |-> [x |-> 0, y |-> values[i], pc |-> "start"]]

Alive == {i \in Processes : state[i].pc # "end"}

Next ==
  IF Alive = {} THEN UNCHANGED state
  ELSE \E i \in Alive :
    state' =
      [state EXCEPT ![i] =
         IF @.pc = "start" THEN [@ EXCEPT !.x = 1, !.pc = "middle"]
         ELSE [@ EXCEPT !.y = state[(i + 1) % N].x, !.pc = "end"]]

correctness == Alive = {} => \E i \in Processes : state[i].y = 1
====

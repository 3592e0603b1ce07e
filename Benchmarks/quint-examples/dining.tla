---- MODULE dining ----
(* Philosophers who take both forks at once. *)
EXTENDS Naturals, FiniteSets

CONSTANT N

VARIABLES forks, taken, states

Philosophers == 0..(N - 1)
Right(p) == (p + 1) % N
Needed(p) == {p, Right(p)}

Init ==
  /\ forks = {}
  /\ taken = {}
  /\ states = [p \in Philosophers |-> "thinking"]

BecomeHungry(p) ==
  /\ states[p] = "thinking"
  /\ states' = [states EXCEPT ![p] = "hungry"]
  /\ UNCHANGED <<forks, taken>>

PickBoth(p) ==
  /\ states[p] = "hungry"
  /\ Needed(p) \cap forks = {}
  /\ taken' = taken \cup ({p} \X Needed(p))
  /\ forks' = forks \cup Needed(p)
  /\ UNCHANGED states

Eat(p) ==
  /\ states[p] = "hungry"
  /\ ({p} \X Needed(p)) \subseteq taken
  /\ states' = [states EXCEPT ![p] = "eating"]
  /\ UNCHANGED <<forks, taken>>

Release(p) ==
  /\ states[p] = "eating"
  /\ taken' = taken \ ({p} \X Needed(p))
  /\ forks' = forks \ Needed(p)
  /\ states' = [states EXCEPT ![p] = "thinking"]

Next == \E p \in Philosophers : BecomeHungry(p) \/ PickBoth(p) \/ Eat(p) \/ Release(p)

Safety ==
  /\ \A p \in Philosophers : ~(states[p] = "eating" /\ states[Right(p)] = "eating")
  /\ \A fork \in forks : Cardinality({pair \in taken : pair[2] = fork}) <= 1
====

---- MODULE river ----
(* A farmer, a wolf, a goat and a cabbage cross a river. *)
EXTENDS Naturals, FiniteSets

VARIABLES origin, boat, destination

Calm(place) ==
  \/ "farmer" \in place
  \/ /\ ~({"goat", "cabbage"} \subseteq place)
     /\ ~({"goat", "wolf"} \subseteq place)

Crews(bank) == {crew \in SUBSET bank : "farmer" \in crew /\ Cardinality(crew) <= 2}

Init ==
  /\ origin = {"wolf", "goat", "cabbage", "farmer"}
  /\ boat = {}
  /\ destination = {}

LeaveOrigin ==
  \E crew \in Crews(origin) :
    /\ Calm(origin \ crew)
    /\ boat' = boat \cup crew
    /\ origin' = origin \ crew
    /\ UNCHANGED destination

LeaveDestination ==
  \E crew \in Crews(destination) :
    /\ Calm(destination \ crew)
    /\ boat' = boat \cup crew
    /\ destination' = destination \ crew
    /\ UNCHANGED origin

LandAtDestination ==
  /\ "farmer" \in boat
  /\ boat' = {}
  /\ destination' = destination \cup boat
  /\ UNCHANGED origin

LandAtOrigin ==
  /\ "farmer" \in boat
  /\ boat' = {}
  /\ origin' = origin \cup boat
  /\ UNCHANGED destination

Next == LeaveOrigin \/ LandAtDestination \/ LeaveDestination \/ LandAtOrigin

safety == Calm(origin) /\ Calm(boat) /\ Calm(destination)

noSolution == origin # {} \/ boat # {}
====

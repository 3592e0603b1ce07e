---- MODULE ponzi ----
(* Whoever pays a tenth more than the last investor takes that one's place; the payment goes to them. *)
EXTENDS Integers, TLC

CONSTANT Depth

VARIABLES balances, investor, investment

People == {"alice", "bob", "charlie", "eve"}

Init ==
  /\ balances = [person \in People |-> 10000]
  /\ investor = "alice"
  /\ investment = 0

Next ==
  \E person \in People :
    \E amount \in (-10)..(balances[person] + 10) :
      /\ amount <= balances[person]
      /\ amount >= (11 * investment) \div 10
      /\ balances' =
           LET paid == [balances EXCEPT ![person] = @ - amount] IN [paid EXCEPT ![investor] = @ + amount]
      /\ investor' = person
      /\ investment' = amount

noNegativeInv == \A person \in People : balances[person] >= 0

(* The first so many steps. *)
Bounded == TLCGet("level") <= Depth /\ Next
====

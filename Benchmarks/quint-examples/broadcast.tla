---- MODULE broadcast ----
(* Reliable broadcast: who receives a message forwards it to all before delivering it. *)
EXTENDS Naturals, FiniteSets

VARIABLES system, network

Proc == {1, 2}
Origin == 0
Payloads == {"hello", "goodbye"}
Nothing == "nothing"

Message(sender, receiver, payload) == [sender |-> sender, receiver |-> receiver, payload |-> payload]
Local(phase, payload, target) == [phase |-> phase, payload |-> payload, target |-> target]

Init ==
  \E receivers \in SUBSET Proc, payload \in Payloads :
    /\ network = {Message(Origin, receiver, payload) : receiver \in receivers}
    /\ system = [p \in Proc |-> Local("init", Nothing, 0)]

Forward(p) ==
  LET own == system[p] IN
  /\ network' = network \cup {Message(p, own.target, own.payload)}
  /\ system' = [system EXCEPT ![p].target = (own.target + 1) % (Cardinality(Proc) + 1)]

(* A process that sends nothing may take a message to it, or none. *)
Turn(p) ==
  LET own == system[p] IN
  \E message \in {m \in network : m.receiver = p}, takes \in BOOLEAN :
    /\ UNCHANGED network
    /\ system' =
         [system EXCEPT ![p] =
            CASE own.phase = "init" /\ takes -> Local("sending", message.payload, 1)
              [] own.phase = "sending" -> Local("delivered", own.payload, 0)
              [] OTHER -> Local(own.phase, own.payload, 0)]

Next ==
  \E p \in Proc :
    IF system[p].phase = "sending" /\ system[p].target > 0 THEN Forward(p) ELSE Turn(p)

Broadcast == {m.payload : m \in {m \in network : m.sender = Origin}}

safety == \A p \in Proc : system[p].phase = "delivered" => system[p].payload \in Broadcast

reliability ==
  \A p \in Proc :
    system[p].phase = "delivered"
      => Cardinality({m \in network : m.sender = p}) = Cardinality(Proc)

invariant == safety /\ reliability
====

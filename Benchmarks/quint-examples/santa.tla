---- MODULE santa ----
(* Participants draw from a bowl whom to give a present. *)
EXTENDS FiniteSets

VARIABLES recipients, bowl, lastDraw, memory

Participants == {"Gabriela", "Igor", "Jure", "Shon", "Thomas"}
Fine == "fine"

Init ==
  /\ recipients = [santa \in {} |-> Fine]
  /\ bowl = Participants
  /\ lastDraw = Fine
  /\ memory = [santa \in {} |-> {}]

Draw(santa) ==
  \E recipient \in bowl :
    /\ recipients' =
         [s \in DOMAIN recipients \cup {santa} |-> IF s = santa THEN recipient ELSE recipients[s]]
    /\ bowl' = bowl \ {recipient}
    /\ lastDraw' = IF santa = recipient THEN santa ELSE Fine
    /\ UNCHANGED memory

Next ==
  IF bowl = {} THEN UNCHANGED <<recipients, bowl, lastDraw, memory>>
  ELSE \E santa \in Participants \ DOMAIN recipients : Draw(santa)

everyone_gets_a_santa ==
  bowl = {} => {recipients[santa] : santa \in DOMAIN recipients} = Participants

inv == lastDraw = Fine => \A santa \in DOMAIN recipients : recipients[santa] # santa
====

---- MODULE cache ----
(* A cache of two layers with one key, and a log of what clients read and wrote. *)
EXTENDS Integers, Sequences

VARIABLES first, second, number, history

Absent == -1
Missed == -98
Clients == 1..10

Log(kind, value) == history' = Append(history, <<kind, value>>)

Init ==
  /\ first = Absent
  /\ second = Absent
  /\ number = 0
  /\ history = <<>>

Write ==
  /\ first' = number
  /\ second' = number
  /\ Log("write", number)
  /\ number' = number + 1

Read ==
  /\ UNCHANGED <<second, number>>
  /\ IF first # Absent THEN first' = first /\ Log("read", first)
     ELSE IF second # Absent THEN first' = second /\ Log("read", second)
     ELSE first' = first /\ Log("read", Missed)

Expire ==
  /\ first' \in {first, Absent}
  /\ UNCHANGED <<second, number, history>>

Next ==
  /\ Len(history) < 15
  /\ \/ \E client \in Clients : Write \/ Read
     \/ UNCHANGED <<first, second, number, history>>
     \/ Expire

readAfterWrite ==
  \A i \in DOMAIN history : \A j \in DOMAIN history :
    i < j /\ history[i][1] = "write" /\ history[j][1] = "read" => history[i][2] <= history[j][2]

writeAfterWrite ==
  \A i \in DOMAIN history : \A j \in DOMAIN history :
    i < j /\ history[i][1] = "write" /\ history[j][1] = "write" => history[i][2] < history[j][2]
====

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

Later == {pair \in (DOMAIN history) \X (DOMAIN history) : pair[1] < pair[2]}

readAfterWrite ==
  \A pair \in Later :
    history[pair[1]][1] = "write" /\ history[pair[2]][1] = "read"
      => history[pair[1]][2] <= history[pair[2]][2]

writeAfterWrite ==
  \A pair \in Later :
    history[pair[1]][1] = "write" /\ history[pair[2]][1] = "write"
      => history[pair[1]][2] < history[pair[2]][2]
====

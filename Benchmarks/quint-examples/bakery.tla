---- MODULE bakery ----
(* The bakery algorithm; a write goes through values of the domain before it ends. *)
EXTENDS Naturals, FiniteSets, TLC

CONSTANTS N, Largest, Depth

VARIABLES system, flag, num, op

Processes == 1..N
Domain == 0..Largest

Max(a, b) == IF a > b THEN a ELSE b
Less(a, b) == a[1] < b[1] \/ (a[1] = b[1] /\ a[2] < b[2])
Nop == [kind |-> "nop", value |-> 0]
Op(kind, value) == [kind |-> kind, value |-> value]

Init ==
  /\ system = [i \in Processes |-> [max |-> 0, at |-> "start", j |-> 1, inner |-> "none"]]
  /\ flag = [i \in Processes |-> 0]
  /\ num = [i \in Processes |-> 0]
  /\ op = [i \in Processes |-> Nop]

(* A process is there, and does that. *)
Go(i, max, at, j, inner, does) ==
  /\ max \in Domain
  /\ system' = [system EXCEPT ![i] = [max |-> max, at |-> at, j |-> j, inner |-> inner]]
  /\ op' = [op EXCEPT ![i] = does]
  /\ UNCHANGED <<flag, num>>

Work(i) ==
  LET s == system[i]
      j == s.j
      max == Max(s.max, num[j])
  IN CASE s.at = "start" -> Go(i, 0, "maximum", 1, "none", Op("choosing", 1))
       [] s.at = "maximum" /\ j < N -> Go(i, max, "maximum", j + 1, s.inner, Nop)
       [] s.at = "maximum" /\ j >= N -> Go(i, max, "number", 1, "none", Op("number", 1 + max))
       [] s.at = "number" -> Go(i, s.max, "wait", 1, "choosing", Op("choosing", 0))
       [] s.at = "wait" /\ s.inner = "choosing" ->
            IF flag[j] # 0 THEN Go(i, s.max, s.at, j, s.inner, Nop)
            ELSE Go(i, s.max, "wait", j, "turn", Nop)
       [] s.at = "wait" /\ s.inner = "turn" ->
            IF num[j] # 0 /\ Less(<<num[j], j>>, <<num[i], i>>) THEN Go(i, s.max, s.at, j, s.inner, Nop)
            ELSE IF j < N THEN Go(i, s.max, "wait", j + 1, "choosing", Nop)
            ELSE Go(i, s.max, "enter", 1, "none", Nop)
       [] s.at = "enter" -> Go(i, s.max, "critical", 1, "none", Op("critical", 0))
       [] s.at = "critical" -> Go(i, s.max, "exit", 1, "none", Op("leave", 0))
       [] s.at = "exit" -> Go(i, s.max, "rest", 1, "none", Op("number", 0))
       [] s.at = "rest" -> Go(i, s.max, "start", 1, "none", Nop)

(* One more step of a write: any value and not yet done, or the value and done. *)
WriteFlag(i) ==
  /\ \/ flag' = [flag EXCEPT ![i] = op[i].value] /\ op' = [op EXCEPT ![i] = Nop]
     \/ \E dirty \in Domain : flag' = [flag EXCEPT ![i] = dirty] /\ UNCHANGED op
  /\ UNCHANGED <<num, system>>

WriteNumber(i) ==
  /\ \/ /\ op[i].value \in Domain
        /\ num' = [num EXCEPT ![i] = op[i].value]
        /\ op' = [op EXCEPT ![i] = Nop]
     \/ \E dirty \in Domain : num' = [num EXCEPT ![i] = dirty] /\ UNCHANGED op
  /\ UNCHANGED <<flag, system>>

Next ==
  \E i \in Processes :
    CASE op[i].kind = "choosing" -> WriteFlag(i)
      [] op[i].kind = "number" -> WriteNumber(i)
      [] OTHER -> Work(i)

Critical == {i \in Processes : op[i].kind = "critical"}

correctness == Cardinality(Critical) <= 1

no_critical_witness == Critical = {}

(* The first so many steps. *)
Bounded == TLCGet("level") <= Depth /\ Next
====

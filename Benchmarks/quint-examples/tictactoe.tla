---- MODULE tictactoe ----
(* Noughts and crosses; X plays by a list of preferences, O anywhere. *)
EXTENDS Naturals, FiniteSets

VARIABLES board, turn

Cells == (1..3) \X (1..3)
Corners == {1, 3} \X {1, 3}
Lines ==
  {{<<row, column>> : column \in 1..3} : row \in 1..3}
    \cup {{<<row, column>> : row \in 1..3} : column \in 1..3}
    \cup {{<<i, i>> : i \in 1..3}, {<<4 - i, i>> : i \in 1..3}}

Free(cells) == {cell \in cells : board[cell] = "-"}
Owned(cells, player) == {cell \in cells : board[cell] = player}
Won(player) == \E line \in Lines : Owned(line, player) = line
Full == Free(Cells) = {}
Over == Won("X") \/ Won("O") \/ Full

(* Lines with so many cells of a player, and the others free. *)
With(player, count) ==
  {line \in Lines :
    Cardinality(Owned(line, player)) = count /\ Cardinality(Free(line)) = 3 - count}

Put(player, cells) == \E cell \in Free(cells) : board' = [board EXCEPT ![cell] = player]
PutIn(player, lines) == \E line \in lines : Put(player, line)

Init ==
  /\ board = [cell \in Cells |-> "-"]
  /\ turn = "X"

MoveX ==
  /\ turn = "X" /\ ~Over
  /\ IF Free(Cells) = Cells THEN Put("X", Corners)
     ELSE IF With("X", 2) # {} THEN PutIn("X", With("X", 2))
     ELSE IF With("O", 2) # {} THEN PutIn("X", With("O", 2))
     ELSE IF board[<<2, 2>>] = "-" THEN Put("X", {<<2, 2>>})
     ELSE IF With("X", 1) # {} THEN PutIn("X", With("X", 1))
     ELSE Put("X", Cells)
  /\ turn' = "O"

MoveO ==
  /\ turn = "O" /\ ~Over
  /\ Put("O", Cells)
  /\ turn' = "X"

Rest == Over /\ UNCHANGED <<board, turn>>

Next == MoveX \/ MoveO \/ Rest

inv == ~Won("O")

NotStalemate == ~(Full /\ ~Won("X") /\ ~Won("O"))
====

-- Keys stay folded: what they were before depends on who wrote them.
drop function fold_case(text);

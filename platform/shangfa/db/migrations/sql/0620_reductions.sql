-- What a partner objected to may become less: a decision of its own, of a case or an evaluation.

ALTER TABLE decision DROP CONSTRAINT ck_decision_kind;
ALTER TABLE decision ADD CONSTRAINT ck_decision_kind
    CHECK (kind IN ('sanction', 'choice', 'reversal', 'evaluation', 'proposal', 'adjustment',
        'reduction'));

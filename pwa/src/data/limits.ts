// Written by `python -m server.sync.typescript` from the server's schemas; not to be edited.
// An optional field may be absent or null; unknown fields are kept by the data layer.

/** The most characters of a text, and the largest value of a number. */
export const MOST = {
  household: {
    estate: 60,
    house_code: 60,
    building: 60,
    entrance: 60,
    door: 60,
    head_name: 60,
    head_pinyin: 600,
    phone: 60,
    members_count: 999,
    note: 2000,
  },
  diary_entry: {
    target_name: 60,
    place: 2000,
    persons_met: 2000,
    companions: 2000,
    narrative: 20000,
    opinions: 2000,
    next_step: 2000,
    gift_declared: 2000,
    tz: 840,
  },
  problem: {
    title: 2000,
    detail: 2000,
    reporter: 2000,
    explained_reason: 2000,
    told_how: 2000,
    result: 2000,
  },
  review: {
    diary_rev: 2147483647,
    comment: 2000,
  },
  conflict: {
    record_type: 2000,
    field: 2000,
    note: 2000,
  },
  handover: {
    of_type: 2000,
    note: 2000,
  },
  survey_round: {
    title: 120,
    consent: 5000,
    public_key: 120,
    feedback: 5000,
  },
  survey_response: {
    answers: 200000,
    name: 60,
    phone: 60,
  },
  quarantine: {
    op: 1048576,
    n: 2147483647,
    code: 2000,
    message: 2000,
    field: 2000,
    note: 2000,
    decision_note: 2000,
  },
} as const;

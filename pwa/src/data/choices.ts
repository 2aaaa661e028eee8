// Written by `python -m server.sync.typescript` from the server's schemas; not to be edited.
// An optional field may be absent or null; unknown fields are kept by the data layer.

export const TENURES = ['owned', 'rented', 'vacant', 'other'] as const;
export type Tenure = (typeof TENURES)[number];

export const CARE_TAGS = [
  'living_alone_elderly',
  'disabled',
  'seriously_ill',
  'hardship',
  'orphan',
  'left_behind',
  'other',
] as const;
export type CareTag = (typeof CARE_TAGS)[number];

export const SUPPORT_STATUSES = ['dibao', 'tekun', 'monitored'] as const;
export type SupportStatus = (typeof SUPPORT_STATUSES)[number];

export const PERIODS = ['morning', 'afternoon', 'evening'] as const;
export type Period = (typeof PERIODS)[number];

export const CHANNELS = ['in_person', 'phone', 'video', 'message'] as const;
export type Channel = (typeof CHANNELS)[number];

export const TARGET_TYPES = ['household', 'enterprise', 'merchant', 'public_place'] as const;
export type TargetType = (typeof TARGET_TYPES)[number];

export const TOPICS = [
  'utilities',
  'roads_parking',
  'sanitation',
  'property',
  'housing',
  'social_security',
  'employment',
  'education',
  'medical',
  'elderly_care',
  'neighbours',
  'public_safety',
  'policy',
  'other',
  'thought',
  'work',
  'study',
] as const;
export type Topic = (typeof TOPICS)[number];

export const SERVICES = [
  'visit',
  'guidance',
  'consultation',
  'support',
  'problem_solving',
  'publicity',
  'talk',
] as const;
export type Service = (typeof SERVICES)[number];

export const CATEGORIES = [
  'utilities',
  'roads_parking',
  'sanitation',
  'property',
  'housing',
  'social_security',
  'employment',
  'education',
  'medical',
  'elderly_care',
  'neighbours',
  'public_safety',
  'policy',
  'other',
] as const;
export type Category = (typeof CATEGORIES)[number];

export const URGENCIES = ['normal', 'urgent', 'critical'] as const;
export type Urgency = (typeof URGENCIES)[number];

export const SOURCES = ['visit', 'phone', 'survey', 'forum', 'assigned'] as const;
export type Source = (typeof SOURCES)[number];

export const DISPOSITIONS = ['on_spot', 'timed', 'phased', 'explained'] as const;
export type Disposition = (typeof DISPOSITIONS)[number];

export const PROBLEM_STATES = [
  'recorded',
  'resolved_on_spot',
  'open',
  'phased',
  'explained',
  'resolved',
  'closed',
] as const;
export type ProblemState = (typeof PROBLEM_STATES)[number];

export const VERDICTS = ['read', 'returned'] as const;
export type Verdict = (typeof VERDICTS)[number];

export const CONFLICT_STATES = ['open', 'settled'] as const;
export type ConflictState = (typeof CONFLICT_STATES)[number];

export const SETTLEMENTS = ['shown', 'other', 'joined', 'new'] as const;
export type Settlement = (typeof SETTLEMENTS)[number];

export const HANDOVER_REASONS = ['scope_lost', 'record_moved'] as const;
export type HandoverReason = (typeof HANDOVER_REASONS)[number];

export const HANDOVER_STATES = ['waiting', 'taken', 'declined'] as const;
export type HandoverState = (typeof HANDOVER_STATES)[number];

export const SURVEY_MODES = ['named', 'anonymous', 'respondent_chooses'] as const;
export type SurveyMode = (typeof SURVEY_MODES)[number];

export const ANONYMOUS_UNITS = ['community', 'grid'] as const;
export type AnonymousUnit = (typeof ANONYMOUS_UNITS)[number];

export const SURVEY_ROUND_STATES = ['open', 'collected', 'closed'] as const;
export type SurveyRoundState = (typeof SURVEY_ROUND_STATES)[number];

export const SURVEY_VIAS = ['cadre', 'self', 'paper', 'openrosa'] as const;
export type SurveyVia = (typeof SURVEY_VIAS)[number];

export const QUARANTINE_ENDS = ['resent', 'dropped'] as const;
export type QuarantineEnd = (typeof QUARANTINE_ENDS)[number];

export const DECISIONS = ['taken', 'declined'] as const;
export type Decision = (typeof DECISIONS)[number];

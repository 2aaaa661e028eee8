/** The fields of every record type of schema 1. Absent and null both say "not given". */

export type Period = 'morning' | 'afternoon' | 'evening';
export type Channel = 'in_person' | 'phone' | 'video' | 'message';
export type TargetType = 'household' | 'enterprise' | 'merchant' | 'public_place';
export type Disposition = 'on_spot' | 'timed' | 'phased' | 'explained';
export type Verdict = 'read' | 'returned';

export interface HouseholdMember {
  key: string;
  name: string;
  relation?: string | null;
  birth_year?: number | null;
  job?: string | null;
  school?: string | null;
}

export interface HouseholdFields {
  estate: string;
  house_code: string;
  building: string;
  entrance?: string | null;
  door: string;
  head_name?: string | null;
  head_pinyin?: string | null;
  phone?: string | null;
  members_count?: number | null;
  tenure?: string | null;
  care_tags?: string[] | null;
  support_status?: string[] | null;
  members?: HouseholdMember[] | null;
  note?: string | null;
}

export interface DiaryEntryFields {
  visit_date: string;
  period?: Period | null;
  channel: Channel;
  not_home?: boolean | null;
  target_type: TargetType;
  household_id?: string | null;
  target_name?: string | null;
  place?: string | null;
  persons_met?: string | null;
  companions?: string | null;
  topics?: string[] | null;
  services: string[];
  narrative: string;
  opinions?: string | null;
  reply_expected?: boolean | null;
  next_step?: string | null;
  gift_declared?: string | null;
  recorded_at: string;
  tz?: number | null;
}

export interface Milestone {
  key: string;
  text: string;
  due_on: string;
  done_on?: string | null;
}

export interface ProblemFields {
  title: string;
  detail?: string | null;
  category: string;
  urgency: string;
  source: string;
  diary_id?: string | null;
  household_id?: string | null;
  reporter?: string | null;
  disposition?: Disposition | null;
  due_on?: string | null;
  milestones?: Milestone[] | null;
  explained_reason?: string | null;
  told_on?: string | null;
  told_how?: string | null;
  state?: string | null;
  result?: string | null;
  done_on?: string | null;
  recorded_at: string;
}

export interface ReviewComment {
  field: string;
  text: string;
}

export interface ReviewFields {
  diary_id: string;
  diary_rev: number;
  verdict: Verdict;
  comment?: string | null;
  comments?: ReviewComment[] | null;
  seen?: Record<string, unknown> | null;
  recorded_at: string;
}

export interface ConflictSide {
  value: unknown;
  account: string;
  device: string;
  wall: string;
  received: string;
}

export interface ConflictFields {
  record_type: string;
  record_id: string;
  field: string;
  shown: ConflictSide;
  other: ConflictSide;
  state: 'open' | 'settled';
}

export interface QuarantineFields {
  op: string;
  op_id: string;
  device: string;
  n: number;
  account: string;
  code: string;
  message: string;
  field?: string | null;
  received_at: string;
}

export interface FieldsByType {
  household: HouseholdFields;
  diary_entry: DiaryEntryFields;
  problem: ProblemFields;
  review: ReviewFields;
  conflict: ConflictFields;
  quarantine: QuarantineFields;
}

export type RecordType = keyof FieldsByType;

// Written by `python -m server.sync.typescript` from the server's schemas; not to be edited.
// An optional field may be absent or null; unknown fields are kept by the data layer.

import type {
  AnonymousUnit,
  CareTag,
  Category,
  Channel,
  ConflictState,
  Decision,
  Disposition,
  HandoverReason,
  HandoverState,
  Period,
  ProblemState,
  QuarantineEnd,
  Service,
  Settlement,
  Source,
  SupportStatus,
  SurveyMode,
  SurveyRoundState,
  SurveyVia,
  TargetType,
  Tenure,
  Topic,
  Urgency,
  Verdict,
} from './choices';

export * from './choices';

export interface HouseholdMember {
  /** 标识 */
  key: string;
  /** 姓名 */
  name: string;
  /** 与户主关系 */
  relation?: string | null;
  /** 出生年份 */
  birth_year?: number | null;
  /** 职业 */
  job?: string | null;
  /** 学校 */
  school?: string | null;
}

export interface Photo {
  /** 照片 */
  key: string;
  /** 缩略图 */
  thumb: string;
  /** 大小 */
  bytes: number;
  /** 宽 */
  width: number;
  /** 高 */
  height: number;
  /** 设备 */
  device: string;
  /** 说明 */
  caption?: string | null;
}

export interface Milestone {
  /** 标识 */
  key: string;
  /** 内容 */
  text: string;
  /** 完成时限 */
  due_on: string;
  /** 完成日期 */
  done_on?: string | null;
}

export interface ReviewComment {
  /** 栏目 */
  field: string;
  /** 意见 */
  text: string;
}

export interface ConflictSide {
  /** 内容 */
  value: unknown;
  /** 账号 */
  account: string;
  /** 设备 */
  device: string;
  /** 设备时间 */
  wall: string;
  /** 收到时间 */
  received: string;
}

export interface HandoverOp {
  /** 操作编号 */
  op_id: string;
  /** 序号 */
  n: number;
  /** 操作 */
  kind: string;
  /** 内容 */
  set?: Record<string, unknown> | null;
  /** 所见版本 */
  base?: Record<string, unknown> | null;
  /** 设备时间 */
  wall: string;
  /** 收到时间 */
  received_at: string;
}

export interface SurveyMedium {
  /** 名称 */
  name: string;
  /** SHA-256 */
  sha256: string;
}

export interface HouseholdFields {
  /** 小区 */
  estate: string;
  /** 户号 */
  house_code: string;
  /** 楼栋 */
  building: string;
  /** 单元 */
  entrance?: string | null;
  /** 门牌 */
  door: string;
  /** 户主 */
  head_name?: string | null;
  /** 户主拼音 */
  head_pinyin?: string | null;
  /** 电话 */
  phone?: string | null;
  /** 人数 */
  members_count?: number | null;
  /** 居住性质 */
  tenure?: Tenure | null;
  /** 关爱标签 */
  care_tags?: CareTag[] | null;
  /** 救助类型 */
  support_status?: SupportStatus[] | null;
  /** 家庭成员 */
  members?: HouseholdMember[] | null;
  /** 备注 */
  note?: string | null;
}

export interface DiaryEntryFields {
  /** 走访日期 */
  visit_date: string;
  /** 时段 */
  period?: Period | null;
  /** 方式 */
  channel: Channel;
  /** 未遇 */
  not_home?: boolean | null;
  /** 对象类型 */
  target_type: TargetType;
  /** 走访对象 */
  household_id?: string | null;
  /** 对象名称 */
  target_name?: string | null;
  /** 地点 */
  place?: string | null;
  /** 受访人 */
  persons_met?: string | null;
  /** 同行人 */
  companions?: string | null;
  /** 民情类别 */
  topics?: Topic[] | null;
  /** 本次做了什么 */
  services: Service[];
  /** 情况记录 */
  narrative: string;
  /** 意见建议 */
  opinions?: string | null;
  /** 需回话 */
  reply_expected?: boolean | null;
  /** 后续打算 */
  next_step?: string | null;
  /** 礼品礼金登记 */
  gift_declared?: string | null;
  /** 照片 */
  photos?: Photo[] | null;
  /** 记录时间 */
  recorded_at: string;
  /** 时区 */
  tz?: number | null;
}

export interface ProblemFields {
  /** 事项 */
  title: string;
  /** 详情 */
  detail?: string | null;
  /** 类别 */
  category: Category;
  /** 紧急程度 */
  urgency: Urgency;
  /** 来源 */
  source: Source;
  /** 民情日记 */
  diary_id?: string | null;
  /** 住户 */
  household_id?: string | null;
  /** 反映人 */
  reporter?: string | null;
  /** 处理方式 */
  disposition?: Disposition | null;
  /** 办结时限 */
  due_on?: string | null;
  /** 阶段 */
  milestones?: Milestone[] | null;
  /** 讲明的原因 */
  explained_reason?: string | null;
  /** 告知日期 */
  told_on?: string | null;
  /** 告知方式 */
  told_how?: string | null;
  /** 状态 */
  state?: ProblemState | null;
  /** 办理结果 */
  result?: string | null;
  /** 办结日期 */
  done_on?: string | null;
  /** 照片 */
  photos?: Photo[] | null;
  /** 记录时间 */
  recorded_at: string;
}

export interface ReviewFields {
  /** 民情日记 */
  diary_id: string;
  /** 所读版本 */
  diary_rev: number;
  /** 审阅结果 */
  verdict: Verdict;
  /** 审阅意见 */
  comment?: string | null;
  /** 分栏意见 */
  comments?: ReviewComment[] | null;
  /** 所读内容 */
  seen?: Record<string, unknown> | null;
  /** 记录时间 */
  recorded_at: string;
}

export interface ConflictFields {
  /** 记录类型 */
  record_type: string;
  /** 记录 */
  record_id: string;
  /** 栏目 */
  field: string;
  /** 现有内容 */
  shown: ConflictSide;
  /** 另一内容 */
  other: ConflictSide;
  /** 状态 */
  state: ConflictState;
  /** 处理结果 */
  settled?: Settlement | null;
  /** 说明 */
  note?: string | null;
  /** 处理人 */
  settled_by?: string | null;
  /** 处理时间 */
  settled_at?: string | null;
}

export interface HandoverFields {
  /** 记录类型 */
  of_type: string;
  /** 记录 */
  rid: string;
  /** 账号 */
  account: string;
  /** 设备 */
  device: string;
  /** 原因 */
  reason: HandoverReason;
  /** 操作 */
  ops?: HandoverOp[] | null;
  /** 状态 */
  state: HandoverState;
  /** 说明 */
  note?: string | null;
  /** 处理人 */
  decided_by?: string | null;
  /** 处理时间 */
  decided_at?: string | null;
}

export interface SurveyRoundFields {
  /** 轮次 */
  round_id: string;
  /** 社区 */
  unit_id: string;
  /** 名称 */
  title: string;
  /** 方式 */
  mode: SurveyMode;
  /** 不记名地点 */
  anonymous_unit: AnonymousUnit;
  /** 开始日期 */
  opens: string;
  /** 截止日期 */
  closes: string;
  /** 状态 */
  state: SurveyRoundState;
  /** 问卷版本 */
  version_id: string;
  /** 问卷 SHA-256 */
  form_sha256: string;
  /** 附件 */
  media?: SurveyMedium[] | null;
  /** 告知书 */
  consent?: string | null;
  /** 公钥 */
  public_key?: string | null;
  /** 反馈 */
  feedback?: string | null;
}

export interface SurveyResponseFields {
  /** 轮次 */
  round_id: string;
  /** 问卷版本 */
  version_id: string;
  /** 住户 */
  household_id?: string | null;
  /** 答案 */
  answers: string;
  /** 姓名 */
  name?: string | null;
  /** 电话 */
  phone?: string | null;
  /** 希望答复 */
  reply_wanted?: boolean | null;
  /** 填写途径 */
  via: SurveyVia;
  /** 填写日期 */
  filled_on: string;
  /** 记录时间 */
  recorded_at: string;
}

export interface QuarantineFields {
  /** 操作 */
  op: string;
  /** 操作编号 */
  op_id: string;
  /** 设备 */
  device: string;
  /** 序号 */
  n: number;
  /** 账号 */
  account: string;
  /** 代码 */
  code: string;
  /** 原因 */
  message: string;
  /** 栏目 */
  field?: string | null;
  /** 收到时间 */
  received_at: string;
  /** 处理结果 */
  settled?: QuarantineEnd | null;
  /** 处理时间 */
  settled_at?: string | null;
  /** 已处理 */
  handled?: boolean | null;
  /** 处理人 */
  handled_by?: string | null;
  /** 处理时间 */
  handled_at?: string | null;
  /** 说明 */
  note?: string | null;
  /** 移交 */
  handover?: string | null;
  /** 移交结果 */
  decision?: Decision | null;
  /** 接收人 */
  decided_by?: string | null;
  /** 接收时间 */
  decided_at?: string | null;
  /** 接收人的说明 */
  decision_note?: string | null;
}

export interface FieldsByType {
  household: HouseholdFields;
  diary_entry: DiaryEntryFields;
  problem: ProblemFields;
  review: ReviewFields;
  conflict: ConflictFields;
  handover: HandoverFields;
  survey_round: SurveyRoundFields;
  survey_response: SurveyResponseFields;
  quarantine: QuarantineFields;
}

export const RECORD_TYPES = [
  'household',
  'diary_entry',
  'problem',
  'review',
  'conflict',
  'handover',
  'survey_round',
  'survey_response',
  'quarantine',
] as const;
export type RecordType = (typeof RECORD_TYPES)[number];

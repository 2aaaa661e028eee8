import { code } from '@/i18n';

/** The name of a care tag or a support status: they share a line, and no code is in both. */
export function tagName(tag: string): string {
  const care = code('care_tags', tag);
  return care === tag ? code('support_status', tag) : care;
}

import { describe, expect, it } from 'vitest';
import { ApiError } from '@/data';
import { refusalsOf, useSubmit } from './useSubmit';

const FIELDS = ['login', 'estate_ids'];
const taken = new ApiError(409, 'login_taken', { title: '账号已有人使用', field: 'login' });

describe('a refused form', () => {
  it('says it at the field the server names', () => {
    expect(refusalsOf(taken, FIELDS)).toEqual({ login: '账号已有人使用' });
  });

  it('shows every refusal of a list at its own field, members of a list at the list', () => {
    const errors = [
      { field: 'login', message: '必填' },
      { field: 'estate_ids.0', message: '不在该网格' },
    ];
    const error = new ApiError(422, 'invalid_input', {
      title: 'login: 必填',
      field: 'login',
      errors,
    });
    expect(refusalsOf(error, FIELDS)).toEqual({ login: '必填', estate_ids: '不在该网格' });
  });

  it('leaves what names no field of the form to the general place', () => {
    const other = new ApiError(422, 'invalid_input', { title: '…', field: 'sort' });
    expect(refusalsOf(other, FIELDS)).toEqual({});
    expect(refusalsOf(new Error('x'), FIELDS)).toEqual({});
  });

  it('forgets the refusal of the last attempt', async () => {
    const form = useSubmit(FIELDS);
    expect(await form.run(() => Promise.reject(taken))).toBe(false);
    expect(form.errors).toEqual({ login: '账号已有人使用' });
    expect(await form.run(() => Promise.resolve())).toBe(true);
    expect(form.errors).toEqual({});
    expect(form.busy.value).toBe(false);
  });

  it('is sent once however often it is pressed', async () => {
    const form = useSubmit(FIELDS);
    let sent = 0;
    const slow = () => new Promise<void>((done) => setTimeout(done, 5, ++sent));
    const answers = await Promise.all([form.run(slow), form.run(slow)]);
    expect(answers).toEqual([true, false]);
    expect(sent).toBe(1);
  });
});

/**
 * The phones of a simulation in one process: commands as JSON lines on stdin, answers on stdout.
 * While a command runs, its phones' requests are asked back in the same way; further commands may
 * come before such a question is answered.
 */

import 'fake-indexeddb/auto';
import { createInterface } from 'node:readline';
import type { Reply } from '../faults';
import { SimulatedPhone, type Act, type World } from './phone';
import type { StorageFault } from './storage';

interface Command {
  readonly id: number;
  readonly do: 'reset' | 'open' | 'clock' | 'fault' | 'act' | 'sync' | 'restart' | 'show' | 'held';
  readonly phone: string;
  readonly account: string;
  readonly device: string;
  readonly now: number;
  readonly act: Act;
  readonly fault: StorageFault | null;
  readonly check: boolean;
}

interface Answer {
  readonly answers: number;
  readonly reply: Reply | null;
}

const phones = new Map<string, SimulatedPhone>();
const clocks = new Map<string, number>();
const waiting = new Map<number, (reply: Reply | null) => void>();
let [questions, ids] = [0, 0];

/** Clock, chance and line of one phone: the same script gives the same run. */
function worldOf(name: string): World {
  return {
    now: () => clocks.get(name) ?? 0,
    random: () => 0.5,
    newId: (now) => {
      ids += 1;
      const [time, count] = [now.toString(16).padStart(12, '0'), ids.toString(16)];
      return `${time.slice(0, 8)}-${time.slice(8)}-7000-8000-${count.padStart(12, '0')}`;
    },
    send: async (phone, body) => {
      const ask = (questions += 1);
      const reply = await new Promise<Reply | null>((resolve) => {
        waiting.set(ask, resolve);
        say({ ask, phone, body });
      });
      if (!reply) throw new TypeError('Failed to fetch');
      return reply;
    },
  };
}

function phoneOf({ phone, account, device }: Command): SimulatedPhone {
  const known = phones.get(phone) ?? new SimulatedPhone(phone, account, device, worldOf(phone));
  phones.set(phone, known);
  return known;
}

async function perform(command: Command): Promise<unknown> {
  switch (command.do) {
    case 'reset':
      phones.clear();
      ids = 0;
      return null;
    case 'clock':
      clocks.set(command.phone, command.now);
      return null;
    case 'open':
      return phoneOf(command).show();
    case 'fault':
      phoneOf(command).plan(command.fault);
      return null;
    case 'act':
      return phoneOf(command).act(command.act);
    case 'sync': {
      const { fault: _fault, ...outcome } = await phoneOf(command).sync(command.check);
      return outcome;
    }
    case 'restart':
      await phoneOf(command).restart();
      return null;
    case 'show':
      return phoneOf(command).show();
    case 'held':
      return phoneOf(command).held();
  }
}

async function obey(command: Command): Promise<void> {
  try {
    say({ id: command.id, result: await perform(command), dead: isDead(command) });
  } catch (error) {
    const text = error instanceof Error ? (error.stack ?? error.message) : String(error);
    say({ id: command.id, error: text, code: codeOf(error), dead: isDead(command) });
  }
}

function isDead({ phone }: Command): boolean {
  return phones.get(phone)?.dead ?? false;
}

function codeOf(error: unknown): unknown {
  return typeof error === 'object' && error !== null && 'code' in error ? error.code : null;
}

function say(line: object): void {
  process.stdout.write(`${JSON.stringify(line)}\n`);
}

createInterface({ input: process.stdin }).on('line', (line) => {
  const message = JSON.parse(line) as Command | Answer;
  if (!('answers' in message)) return void obey(message);
  waiting.get(message.answers)?.(message.reply);
  waiting.delete(message.answers);
});

/**
 * XPath 1.0 as forms use it, parsed into a tree: the axes child, parent, self and attribute,
 * predicates, and the functions instance() and current() as the start of a path. Where JavaRosa reads
 * an expression in its own way (`1or1`, no exponents, no other axes) so does this.
 */

export type Operator =
  '+' | '-' | '*' | 'div' | 'mod' | '=' | '!=' | '<' | '<=' | '>' | '>=' | 'and' | 'or' | '|';

export interface Step {
  readonly axis: 'child' | 'parent' | 'self' | 'attribute';
  /** The local name, or `*`. */
  readonly name: string;
  readonly predicates: readonly Expr[];
}

export interface PathExpr {
  readonly kind: 'path';
  readonly from: 'root' | 'context' | 'instance' | 'current';
  readonly instance?: string;
  readonly steps: readonly Step[];
}

export interface FunctionExpr {
  readonly kind: 'function';
  readonly name: string;
  readonly args: readonly Expr[];
}

export type Expr =
  | { readonly kind: 'number'; readonly value: number }
  | { readonly kind: 'string'; readonly value: string }
  | { readonly kind: 'operation'; readonly op: Operator; readonly a: Expr; readonly b: Expr }
  | { readonly kind: 'negative'; readonly a: Expr }
  | FunctionExpr
  | PathExpr;

export class XPathError extends Error {
  constructor(
    message: string,
    readonly expression: string,
    readonly at = 0,
  ) {
    super(`${message}: ${expression}`);
  }
}

interface Token {
  readonly type: 'number' | 'string' | 'name' | 'operator' | 'symbol';
  readonly text: string;
  readonly at: number;
}

const LEVELS: readonly (readonly Operator[])[] = [
  ['or'],
  ['and'],
  ['=', '!='],
  ['<', '<=', '>', '>='],
  ['+', '-'],
  ['*', 'div', 'mod'],
];
const TOKEN =
  /\s*(?:(\d+(?:\.\d*)?|\.\d+)|"([^"]*)"|'([^']*)'|([\p{L}_][\p{L}\p{N}\p{M}_.·-]*(?::(?!:)(?:[\p{L}_][\p{L}\p{N}\p{M}_.·-]*|\*))?)|(!=|<=|>=|[-+*=<>|])|(\.\.|::|\/\/|[()[\],./@]))/uy;
const TYPE_OF_GROUP: Record<number, Token['type']> = {
  1: 'number',
  2: 'string',
  3: 'string',
  4: 'name',
  5: 'operator',
};
const WORD_OPERATOR = /\s*(and|or|div|mod)/y;
/** A form's expressions nest a few levels; more is an attack on the stack. */
const DEEPEST = 100;

export function parseXPath(text: string): Expr {
  return new Parser(text).parse();
}

function tokensOf(text: string): Token[] {
  const tokens: Token[] = [];
  for (let at = 0; text.slice(at).trim() !== '';) {
    const token = nextToken(text, at, tokens.at(-1));
    if (!token) throw new XPathError(`cannot be read from character ${at + 1} on`, text, at);
    at = token.at + token.length;
    tokens.push(token);
  }
  return tokens;
}

/** After an operand only an operator can follow, even where a name would be longer. */
const isOperand = (token: Token | undefined): boolean =>
  token !== undefined &&
  (token.type === 'number' ||
    token.type === 'string' ||
    token.type === 'name' ||
    [')', ']', '.', '..'].includes(token.text));

function nextToken(
  text: string,
  at: number,
  last: Token | undefined,
): (Token & { length: number }) | null {
  if (isOperand(last)) {
    WORD_OPERATOR.lastIndex = at;
    const word = WORD_OPERATOR.exec(text);
    if (word?.[1]) return { type: 'operator', text: word[1], at, length: word[0].length };
  }
  TOKEN.lastIndex = at;
  const found = TOKEN.exec(text);
  if (!found) return null;
  const [all] = found;
  const which = found.findIndex((part, group) => group > 0 && part !== undefined);
  const star = found[which] === '*' && !isOperand(last);
  const type = star ? 'name' : (TYPE_OF_GROUP[which] ?? 'symbol');
  return { type, text: found[which] ?? '', at, length: all.length };
}

class Parser {
  private readonly tokens: Token[];
  private at = 0;
  private depth = 0;

  constructor(private readonly text: string) {
    this.tokens = tokensOf(text);
  }

  parse(): Expr {
    const expr = this.level(0);
    if (this.at < this.tokens.length) throw this.unexpected();
    return expr;
  }

  private level(number: number): Expr {
    const operators = LEVELS[number];
    if (!operators) return this.unary();
    let a = this.level(number + 1);
    for (;;) {
      const token = this.tokens[this.at];
      if (token?.type !== 'operator' || !(operators as readonly string[]).includes(token.text)) {
        return a;
      }
      this.at += 1;
      a = { kind: 'operation', op: token.text as Operator, a, b: this.level(number + 1) };
    }
  }

  private unary(): Expr {
    if (this.takes('-')) {
      this.deeper();
      const a = this.unary();
      this.depth -= 1;
      return { kind: 'negative', a };
    }
    let a = this.primary();
    while (this.takes('|')) a = { kind: 'operation', op: '|', a, b: this.primary() };
    return a;
  }

  private primary(): Expr {
    const token = this.tokens[this.at];
    if (token?.type === 'number')
      return this.literal({ kind: 'number', value: Number(token.text) });
    if (token?.type === 'string') return this.literal({ kind: 'string', value: token.text });
    if (token?.text === '(') {
      this.at += 1;
      this.deeper();
      const inner = this.level(0);
      this.depth -= 1;
      this.expect(')');
      return inner;
    }
    if (token?.type === 'name' && this.tokens[this.at + 1]?.text === '(') return this.call();
    return this.path();
  }

  private literal(expr: Expr): Expr {
    this.at += 1;
    return expr;
  }

  private call(): Expr {
    const name = this.tokens[this.at]?.text ?? '';
    this.at += 2;
    this.deeper();
    const args: Expr[] = [];
    if (!this.takes(')')) {
      do args.push(this.level(0));
      while (this.takes(','));
      this.expect(')');
    }
    this.depth -= 1;
    if (this.tokens[this.at]?.text !== '/') return { kind: 'function', name, args };
    this.at += 1;
    return this.startedPath(name, args);
  }

  private startedPath(name: string, args: readonly Expr[]): Expr {
    if (name === 'current' && args.length === 0) {
      return { kind: 'path', from: 'current', steps: this.steps() };
    }
    const [id] = args;
    if (name === 'instance' && args.length === 1 && id?.kind === 'string') {
      return { kind: 'path', from: 'instance', instance: id.value, steps: this.steps() };
    }
    throw new XPathError(`${name}() cannot begin a path`, this.text);
  }

  private path(): Expr {
    if (!this.takes('/')) return { kind: 'path', from: 'context', steps: this.steps() };
    const next = this.tokens[this.at];
    const begins = next && (next.type === 'name' || ['.', '..', '@'].includes(next.text));
    return { kind: 'path', from: 'root', steps: begins ? this.steps() : [] };
  }

  private steps(): Step[] {
    const steps: Step[] = [];
    do steps.push(this.step());
    while (this.takes('/'));
    return steps;
  }

  private step(): Step {
    if (this.takes('.')) return { axis: 'self', name: '*', predicates: [] };
    if (this.takes('..')) return { axis: 'parent', name: '*', predicates: [] };
    const axis = this.axis();
    const token = this.tokens[this.at];
    if (token?.type !== 'name') throw this.unexpected();
    this.at += 1;
    const anyNode = token.text === 'node' && this.takes('(');
    if (anyNode) this.expect(')');
    const name = anyNode ? '*' : token.text;
    return { axis, name: name.slice(name.indexOf(':') + 1), predicates: this.predicates() };
  }

  private axis(): Step['axis'] {
    if (this.takes('@')) return 'attribute';
    const token = this.tokens[this.at];
    if (token?.type !== 'name' || this.tokens[this.at + 1]?.text !== '::') return 'child';
    this.at += 2;
    return axisOf(token.text, this.text);
  }

  private predicates(): Expr[] {
    const predicates: Expr[] = [];
    while (this.takes('[')) {
      this.deeper();
      predicates.push(this.level(0));
      this.depth -= 1;
      this.expect(']');
    }
    return predicates;
  }

  private takes(text: string): boolean {
    const token = this.tokens[this.at];
    if (!token || token.type === 'string' || token.text !== text) return false;
    this.at += 1;
    return true;
  }

  private expect(text: string): void {
    if (!this.takes(text)) throw this.unexpected();
  }

  private deeper(): void {
    if ((this.depth += 1) > DEEPEST) throw new XPathError('nested too deeply', this.text);
  }

  private unexpected(): XPathError {
    const token = this.tokens[this.at];
    const at = token?.at ?? this.text.length;
    return new XPathError(
      token ? `'${token.text}' was not expected` : 'ends too early',
      this.text,
      at,
    );
  }
}

function axisOf(name: string, text: string): Step['axis'] {
  if (name === 'child' || name === 'parent' || name === 'self' || name === 'attribute') return name;
  throw new XPathError(`the axis ${name} is not known`, text);
}

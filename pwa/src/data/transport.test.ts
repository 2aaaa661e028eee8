// @vitest-environment node
import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { gunzipSync, gzipSync } from 'node:zlib';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { answerIn } from './faults';
import { callApi, sendSync } from './transport';

const realFetch = fetch;
const servers: Server[] = [];

/** A real server on a port of the machine's choice; the app's own paths lead to it. */
async function serve(listener: RequestListener): Promise<void> {
  const server = createServer(listener);
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  vi.stubGlobal('fetch', (path: string, init: RequestInit) =>
    realFetch(`http://127.0.0.1:${port}${path}`, init),
  );
}

afterEach(() => {
  vi.unstubAllGlobals();
  servers.splice(0).forEach((server) => {
    server.closeAllConnections();
    server.close();
  });
});

interface Received {
  headers: Record<string, unknown>;
  body: Buffer;
}

function echo(received: Received): RequestListener {
  return (request, response) => {
    const parts: Buffer[] = [];
    request.on('data', (part: Buffer) => parts.push(part));
    request.on('end', () => {
      Object.assign(received, { headers: request.headers, body: Buffer.concat(parts) });
      response.writeHead(200, { 'Content-Type': 'application/json' }).end('{"end":true}');
    });
  };
}

describe('a sync request', () => {
  test('is compressed from 1 kB on', async () => {
    const received: Received = { headers: {}, body: Buffer.of() };
    await serve(echo(received));
    const body = JSON.stringify({ narrative: '入户走访'.repeat(500) });
    expect(await sendSync(body)).toMatchObject({ status: 200, text: '{"end":true}' });
    expect(received.headers).toMatchObject({ 'content-encoding': 'gzip', 'x-minqing': '1' });
    expect(gunzipSync(received.body).toString()).toBe(body);
    expect(received.body.length).toBeLessThan(200);
    await sendSync('{"ops":[]}');
    expect(received.headers).not.toHaveProperty('content-encoding');
    expect(received.body.toString()).toBe('{"ops":[]}');
  });

  test('goes uncompressed where the browser cannot', async () => {
    const received: Received = { headers: {}, body: Buffer.of() };
    await serve(echo(received));
    vi.stubGlobal('CompressionStream', undefined);
    await sendSync('一'.repeat(2000));
    expect(received.body.toString()).toBe('一'.repeat(2000));
  });

  test('L5 whose answer is a gzip cut off is not believed, even where the browser takes it', async () => {
    const whole = gzipSync(JSON.stringify({ text: '一二三'.repeat(1000), end: true }));
    await serve((_request, response) => {
      response.writeHead(200, { 'Content-Type': 'application/json', 'Content-Encoding': 'gzip' });
      response.end(whole.subarray(0, whole.length - 20));
    });
    await expect(sendSync('{}').then((reply) => answerIn(reply, 0))).rejects.toThrow();
  });

  test('that is redirected to a Wi-Fi sign-in page is a dead line', async () => {
    await serve((_request, response) => {
      response.writeHead(302, { Location: '/portal' }).end();
    });
    await expect(sendSync('{}')).rejects.toThrow();
  });

  test('whose server hangs up is a dead line', async () => {
    await serve((request) => request.socket.destroy());
    await expect(sendSync('{}')).rejects.toThrow();
  });
});

describe('an endpoint', () => {
  const answer =
    (status: number, type: string, text: string): RequestListener =>
    (_request, response) => {
      response.writeHead(status, { 'Content-Type': type, 'Retry-After': '60' }).end(text);
    };

  test('gives its JSON', async () => {
    await serve(answer(200, 'application/json', '{"units":[]}'));
    expect(await callApi('GET', '/api/units')).toEqual({ units: [] });
  });

  test('gives nothing for 204', async () => {
    await serve((_request, response) => response.writeHead(204).end());
    expect(await callApi('DELETE', '/api/session')).toBeUndefined();
  });

  test('that refuses gives its code, sentence, field and whole problem', async () => {
    const text = '{"code":"login_taken","title":"账号已被使用","field":"login","rows":3}';
    await serve(answer(409, 'application/problem+json', text));
    await expect(callApi('POST', '/api/accounts', {})).rejects.toMatchObject({
      status: 409,
      code: 'login_taken',
      title: '账号已被使用',
      field: 'login',
      problem: { rows: 3, retry_after: '60' },
    });
  });

  test.each([
    ['a Wi-Fi sign-in page', 200, 'captive_portal', 0],
    ['a proxy without its server', 502, 'server', 502],
  ])('behind %s says so', async (_name, status, code, shown) => {
    await serve(answer(status, 'text/html', '<p>您好</p>'));
    await expect(callApi('GET', '/api/units')).rejects.toMatchObject({ code, status: shown });
  });

  test('out of reach is offline', async () => {
    await serve((request) => request.socket.destroy());
    await expect(callApi('GET', '/api/units')).rejects.toMatchObject({
      code: 'offline',
      status: 0,
    });
  });

  test('takes a form as it is', async () => {
    const received: Received = { headers: {}, body: Buffer.of() };
    await serve(echo(received));
    const form = new FormData();
    form.set('file', new Blob(['户号']), '住户.xlsx');
    await callApi('POST', '/api/households/import', form);
    expect(received.headers['content-type']).toMatch(/^multipart\/form-data; boundary=/);
    expect(received.body.toString()).toContain('户号');
  });
});

import { describe, expect, it } from 'vitest';
import { obstacle } from './worker';

const CHROME =
  'Mozilla/5.0 (Linux; Android 12; ELS-AN00) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/99.0.4844.88 Mobile Safari/537.36';
const WECHAT = `${CHROME} XWEB/4343 MMWEBSDK/20220805 MicroMessenger/8.0.27`;
const SAFARI =
  'Mozilla/5.0 (iPhone; CPU iPhone OS 15_4 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/15.4 Mobile/15E148 Safari/604.1';
const IOS_WEBVIEW =
  'Mozilla/5.0 (iPhone; CPU iPhone OS 15_4 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Mobile/15E148';

describe('what keeps the app from being stored', () => {
  it('is nothing in a current browser over TLS', () => {
    expect(obstacle({ secure: true, agent: CHROME, hasWorker: true })).toBeNull();
    expect(obstacle({ secure: true, agent: SAFARI, hasWorker: true })).toBeNull();
  });

  it('is WeChat, even where it has a worker of its own', () => {
    expect(obstacle({ secure: true, agent: WECHAT, hasWorker: true })).toBe('offlineHint.wechat');
  });

  it('is the missing TLS on a host name', () => {
    expect(obstacle({ secure: false, agent: CHROME, hasWorker: false })).toBe(
      'offlineHint.insecure',
    );
  });

  it('is the web view of an app on iOS', () => {
    expect(obstacle({ secure: true, agent: IOS_WEBVIEW, hasWorker: false })).toBe(
      'offlineHint.iosInApp',
    );
  });

  it('is the browser itself, or its private mode', () => {
    expect(obstacle({ secure: true, agent: SAFARI, hasWorker: false })).toBe(
      'offlineHint.unsupported',
    );
  });
});

import type { IncomingMessage } from 'node:http'

const LOOPBACK_HOST = /^(localhost|127\.0\.0\.1|\[::1\])(:\d{1,5})?$/i

/**
 * Whether a client names this machine as the host that it asks. A page of another site can have its own name point
 * to this machine, and would so be the same site to a browser; but that name is what the browser then sends.
 */
export function isLoopbackHost({ url }: Request, message: IncomingMessage | undefined): boolean {
  const hosts = message ? hostsIn(message) : [new URL(url).host]
  return hosts.length > 0 && hosts.every((host) => LOOPBACK_HOST.test(host))
}

/** What the client sent, whatever has become of the headers since. */
function hostsIn({ rawHeaders }: IncomingMessage): string[] {
  return rawHeaders.filter((_, i) => i % 2 === 1 && rawHeaders[i - 1]?.toLowerCase() === 'host')
}

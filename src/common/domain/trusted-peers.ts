import { BlockList, isIP } from 'node:net';

const trusted = new BlockList();
for (const [network, prefix, family] of [
  ['127.0.0.0', 8, 'ipv4'],
  ['10.0.0.0', 8, 'ipv4'],
  ['172.16.0.0', 12, 'ipv4'],
  ['192.168.0.0', 16, 'ipv4'],
  ['169.254.0.0', 16, 'ipv4'],
  ['::1', 128, 'ipv6'],
  ['fc00::', 7, 'ipv6'],
  ['fe80::', 10, 'ipv6'],
] as const) {
  trusted.addSubnet(network, prefix, family);
}

/**
 * Whether `transport.http.trust_proxy` believes what a peer forwards: it is on this machine, its link or a private
 * network. Text that is no address is never trusted.
 */
export function isTrustedPeer(address: string | undefined): boolean {
  // a link-local address comes with its interface
  const bare = address?.split('%', 1)[0] ?? '';
  const family = isIP(bare);
  return family !== 0 && trusted.check(bare, family === 4 ? 'ipv4' : 'ipv6');
}

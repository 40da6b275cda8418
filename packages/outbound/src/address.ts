/** Which IP addresses belong to the public internet. Everything else is somebody's inside. */

import ipaddr from 'ipaddr.js';

const GLOBAL_UNICAST_V6 = ipaddr.IPv6.parseCIDR('2000::/3');

/**
 * Whether an address, as a resolver gives it, is public. Private, loopback, link-local, carrier-grade NAT,
 * multicast, reserved and documentation ranges are not, nor is any IPv6 address that stands for an IPv4 one
 * (mapped, 6to4, NAT64, Teredo), because a gateway may turn it into an inside address.
 */
export function isPublicAddress(address: string): boolean {
  if (address.includes('%') || !ipaddr.isValid(address)) return false;
  const parsed = ipaddr.parse(address);
  if (parsed.range() !== 'unicast') return false;
  if (parsed instanceof ipaddr.IPv4) return ipaddr.IPv4.isValidFourPartDecimal(address);
  return parsed.match(GLOBAL_UNICAST_V6);
}

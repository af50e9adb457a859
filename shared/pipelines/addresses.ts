/** Which addresses belong to the world, and which to this machine, its network or its cloud. */
import { BlockList, isIPv4, isIPv6 } from 'node:net';

const blocked = (subnets: readonly string[], family: 'ipv4' | 'ipv6'): BlockList => {
  const list = new BlockList();
  for (const subnet of subnets) {
    const [net = '', bits = ''] = subnet.split('/');
    list.addSubnet(net, Number(bits), family);
  }
  return list;
};

/** https://www.iana.org/assignments/iana-ipv4-special-registry: none of them leads out, those of metadata services among them. */
const SPECIAL_4 = blocked(
  [
    '0.0.0.0/8',
    '10.0.0.0/8',
    '100.64.0.0/10',
    '127.0.0.0/8',
    '169.254.0.0/16',
    '172.16.0.0/12',
    '192.0.0.0/24',
    '192.0.2.0/24',
    '192.31.196.0/24',
    '192.52.193.0/24',
    '192.88.99.0/24',
    '192.168.0.0/16',
    '192.175.48.0/24',
    '198.18.0.0/15',
    '198.51.100.0/24',
    '203.0.113.0/24',
    '224.0.0.0/4',
    '240.0.0.0/4',
  ],
  'ipv4',
);
/** What is handed out to anybody (https://www.iana.org/assignments/ipv6-unicast-address-assignments)… */
const GLOBAL_6 = blocked(['2000::/3'], 'ipv6');
/** … but for what has another meaning, or wraps an address of the older kind. */
const SPECIAL_6 = blocked(['2001::/23', '2001:db8::/32', '2002::/16', '3fff::/20'], 'ipv6');
const LOOPBACK_4 = blocked(['127.0.0.0/8'], 'ipv4');
const LOOPBACK_6 = blocked(['::1/128'], 'ipv6');

/** Whether it can be reached by everybody: nothing inside is, whatever way it is written. */
export function isPublic(address: string): boolean {
  if (isIPv4(address)) return !SPECIAL_4.check(address, 'ipv4');
  return isIPv6(address) && GLOBAL_6.check(address, 'ipv6') && !SPECIAL_6.check(address, 'ipv6');
}

export function isLoopback(address: string): boolean {
  if (isIPv4(address)) return LOOPBACK_4.check(address, 'ipv4');
  return isIPv6(address) && LOOPBACK_6.check(address, 'ipv6');
}

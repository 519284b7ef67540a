import { networkInterfaces } from 'node:os';

export interface Address {
  readonly interface: string;
  readonly family: string;
  readonly address: string;
  readonly netmask: string;
  readonly internal: boolean;
}

/** The network interfaces of the machine that runs the server, one row an address. */
export function network_interfaces({ family = 'all' }: { family?: string }): Address[] {
  return Object.entries(networkInterfaces())
    .flatMap(([name, addresses = []]) =>
      addresses.map(({ family, address, netmask, internal }) => {
        return { interface: name, family, address, netmask, internal };
      }),
    )
    .filter((row) => family === 'all' || row.family === family);
}

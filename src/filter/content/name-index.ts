/** Domain names that are looked for, each with the names below it. Names are in small letters without a last dot. */
export interface NameIndex {
  /** Tells the indicators that a name is, or lies below. */
  find(name: string, found: (indicator: number) => void): void;
}

export interface DomainIndicator {
  name: string;
  /** Names below it, not itself. */
  below: boolean;
  indicator: number;
}

export function createNameIndex(domains: readonly DomainIndicator[]): NameIndex {
  const names = new Map<string, DomainIndicator[]>();
  for (const domain of domains) {
    const known = names.get(domain.name);
    if (known === undefined) names.set(domain.name, [domain]);
    else known.push(domain);
  }
  return {
    find(name, found) {
      for (let at = 0; ; ) {
        for (const { below, indicator } of names.get(at === 0 ? name : name.slice(at)) ?? [])
          if (at > 0 || !below) found(indicator);
        const dot = name.indexOf('.', at);
        if (dot < 0) return;
        at = dot + 1;
      }
    },
  };
}

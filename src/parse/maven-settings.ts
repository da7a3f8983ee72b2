import { XMLParser } from 'fast-xml-parser';

export interface MavenSettings {
  /** What stands in for Maven Central, if anything does: the base URL of a repository. */
  centralMirror: string | undefined;
  /** Folder of the artifacts that are already here; undefined where Maven's own default holds. */
  localRepository: string | undefined;
}

interface Mirror {
  mirrorOf: string;
  url: string;
}

// Numbers stay text, and one mirror is a list as two are.
const parser = new XMLParser({ parseTagValue: false, isArray: (name) => name === 'mirror' });

/**
 * What Maven's settings.xml says of where artifacts come from (maven.apache.org/settings.html). Values with `${…}` are resolved from `variables`, named as Maven
 * does: `env.NAME` and `user.home`; a value with another one is none. What is no XML says nothing.
 */
export function parseMavenSettings(xml: string, variables: Readonly<Record<string, string | undefined>>): MavenSettings {
  const settings = parseXml(xml);
  const resolved = (value: unknown) => (typeof value === 'string' ? interpolate(value.trim(), variables) : undefined);
  const mirrors = (settings?.mirrors?.mirror ?? []).flatMap(({ mirrorOf, url }) => {
    const [of, at] = [resolved(mirrorOf), resolved(url)];
    return of !== undefined && at !== undefined ? [{ mirrorOf: of, url: at }] : [];
  });
  return { centralMirror: mirrorOfCentral(mirrors)?.url, localRepository: resolved(settings?.localRepository) };
}

interface Settings {
  localRepository?: unknown;
  mirrors?: { mirror?: Partial<Mirror>[] };
}

function parseXml(xml: string): Settings | undefined {
  try {
    return (parser.parse(xml) as { settings?: Settings }).settings;
  } catch {
    return undefined;
  }
}

/** A mirror that names it goes before one of a pattern, as in Maven's DefaultMirrorSelector. */
function mirrorOfCentral(mirrors: readonly Mirror[]): Mirror | undefined {
  return mirrors.find(({ mirrorOf }) => mirrorOf === 'central') ?? mirrors.find(({ mirrorOf }) => includesCentral(mirrorOf));
}

function includesCentral(mirrorOf: string): boolean {
  const patterns = mirrorOf.split(',').map((pattern) => pattern.trim());
  return !patterns.includes('!central') && patterns.some((pattern) => ['*', 'central', 'external:*'].includes(pattern));
}

function interpolate(value: string, variables: Readonly<Record<string, string | undefined>>): string | undefined {
  const result = value.replace(/\$\{([^${}]*)\}/g, (whole, name: string) => variables[name] ?? whole);
  return result.includes('${') ? undefined : result;
}

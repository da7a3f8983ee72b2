import { createHash } from 'node:crypto';
import { copyFile, mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import type { MavenSettings } from '../parse/maven-settings.ts';
import { utf8Locale } from '../process/environment.ts';
import type { ProcessRunner } from '../process/runner.ts';

/** Pinned: what it is called with is this version's. */
const plugin = 'org.apache.maven.plugins:maven-dependency-plugin:3.8.1';
/** The largest that is fetched, RocksDB for the tests, has 71 MB. */
const maxBytes = 128 * 2 ** 20;
const timeoutMs = 60_000;
/** The first time it fetches its own plug-ins as well. */
const mavenTimeoutMs = 300_000;

/** Whether the jar is there now; where not, why, as a clause for a sentence. */
export type Fetched = { ok: true } | { ok: false; reason: string };

/**
 * Brings the jar of a published artifact: from Maven's local repository, else by the machine's own Maven, with whatever its user has set, else by HTTP from the mirror
 * that the user's settings.xml names, or `OFFHEAP_MAVEN_REPOSITORY`, or Maven Central. Whole or not at all.
 *
 * @param artifact group:name:version
 * @param file absolute, named as Maven does; its folder is made where it is missing
 */
export async function fetchJar(artifact: string, file: string, runner: ProcessRunner): Promise<Fetched> {
  const settings = await readSettings();
  const partial = join(dirname(file), `.${basename(file)}.${process.pid}`);
  await mkdir(partial, { recursive: true });
  try {
    const jar = join(partial, basename(file));
    if (!(await copyLocal(artifact, jar, settings)) && !(await runMaven(artifact, partial, runner))) {
      const fetched = await download(artifact, jar, settings);
      if (!fetched.ok) return fetched;
    }
    await rename(jar, file);
    return { ok: true };
  } catch (error) {
    return { ok: false, reason: (error as Error).message };
  } finally {
    await rm(partial, { recursive: true, force: true });
  }
}

async function readSettings(): Promise<MavenSettings> {
  const text = await readFile(join(homedir(), '.m2', 'settings.xml'), 'utf8').catch(() => undefined);
  if (text === undefined) return { centralMirror: undefined, localRepository: undefined };
  const environment = Object.entries(process.env).map(([name, value]) => [`env.${name}`, value]);
  // Its parser of XML has sixty modules, and most runs fetch nothing.
  const { parseMavenSettings } = await import('../parse/maven-settings.ts');
  return parseMavenSettings(text, { ...Object.fromEntries(environment), 'user.home': homedir() });
}

/** `group/as/folders/name/version/name-version.jar`, the layout of every Maven 2 repository. */
function pathIn(artifact: string): string {
  const [group = '', name = '', version = ''] = artifact.split(':');
  return join(...group.split('.'), name, version, `${name}-${version}.jar`);
}

async function copyLocal(artifact: string, jar: string, { localRepository }: MavenSettings): Promise<boolean> {
  const repository = localRepository ?? join(homedir(), '.m2', 'repository');
  return copyFile(join(repository, pathIn(artifact)), jar).then(
    () => true,
    () => false,
  );
}

async function runMaven(artifact: string, folder: string, runner: ProcessRunner): Promise<boolean> {
  const properties = [`-Dartifact=${artifact}`, `-DoutputDirectory=${folder}`];
  // Where there is no project, the plugin leaves its notes where it runs, in a folder named ${project.basedir}.
  const options = { cwd: folder, env: utf8Locale, timeoutMs: mavenTimeoutMs };
  return (await runner.capture('mvn', ['-B', '-q', `${plugin}:copy`, ...properties], options)) !== undefined;
}

async function download(artifact: string, jar: string, { centralMirror }: MavenSettings): Promise<Fetched> {
  const url = await urlOf(artifact, process.env['OFFHEAP_MAVEN_REPOSITORY'] ?? centralMirror);
  const body = await get(url);
  const expected = (await get(`${url}.sha1`)).toString('latin1').trim().split(/\s/)[0];
  if (createHash('sha1').update(body).digest('hex') !== expected) {
    return { ok: false, reason: `${url} does not have the checksum that is published beside it` };
  }
  await writeFile(jar, body);
  return { ok: true };
}

/** A library's, for it knows where Maven Central is. */
async function urlOf(artifact: string, repository: string | undefined): Promise<string> {
  const [groupId = '', artifactId = '', version = ''] = artifact.split(':');
  const { default: module } = await import('mvn-artifact-url');
  return module.default({ groupId, artifactId, version }, repository && `${repository.replace(/\/*$/, '')}/`);
}

async function get(url: string): Promise<Buffer> {
  const response = await fetch(url, { signal: AbortSignal.timeout(timeoutMs) }).catch((error: Error) => {
    throw new Error(`${url} could not be reached (${(error.cause as Error | undefined)?.message ?? error.message})`);
  });
  if (!response.ok) throw new Error(`${url} answered ${response.status}`);
  const length = Number(response.headers.get('content-length') ?? 0);
  if (length > maxBytes) throw new Error(`${url} has ${length} bytes, expected at most ${maxBytes}`);
  return readBounded(response, url);
}

/** A server may send more than it announced, or announce nothing. */
async function readBounded(response: Response, url: string): Promise<Buffer> {
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  for await (const chunk of response.body ?? []) {
    bytes += chunk.byteLength;
    if (bytes > maxBytes) throw new Error(`${url} has more than ${maxBytes} bytes`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

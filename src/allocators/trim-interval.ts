import type { FirstReleases } from '../model/jdk-releases.ts';
import { jvmFlag } from './setting.ts';

/** JDK-8293114 and its backports. */
export const trimIntervalJdks: FirstReleases = ['17.0.15', '21.0.3', '22'];
/** Milliseconds between two calls of malloc_trim by the JVM. */
export const trimInterval = jvmFlag('TrimNativeHeapInterval', { firstJdks: trimIntervalJdks });

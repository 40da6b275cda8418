/** The actions that come with the runner; each stands in a folder of its own under `actions/`. */

import type { AnyAction } from '@signalwright/action';
import type { ActionManifest } from '@signalwright/model';
import { approval } from './actions/approval/index.ts';
import { blockIp } from './actions/block-ip/index.ts';
import { signalComment } from './actions/signal-comment/index.ts';
import { signalUpdate } from './actions/signal-update/index.ts';
import { threatIntelLookup } from './actions/threat-intel-lookup/index.ts';
import manifest from '../manifest.json' with { type: 'json' };

export const BUILT_IN_ACTIONS: ReadonlyMap<string, AnyAction> = new Map<string, AnyAction>(
  [blockIp, signalComment, signalUpdate, threatIntelLookup].map((action) => [action.id, action as AnyAction]),
);

/** What only the runner itself could do, and does not do yet. */
export const BUILT_IN_CONTROLS: ReadonlySet<string> = new Set([approval.id]);

/** Generated from the actions; see the action room's manifest tool. */
export const BUILT_IN_MANIFEST: ActionManifest = manifest as ActionManifest;

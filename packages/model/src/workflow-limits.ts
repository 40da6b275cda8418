/** What the service bounds. Source: Datadog "Workflow Automation limits", and refusals in recordings. */

export const MAX_WORKFLOW_STEPS = 150;
export const MAX_WORKFLOW_RUN_MS = 7 * 24 * 60 * 60_000;
/** Recorded refusal: "workflow description exceeds size limit of [300] characters". */
export const MAX_WORKFLOW_DESCRIPTION_CHARACTERS = 300;
/** Of a loop over a list, and of a while loop. */
export const MAX_LOOP_TURNS = 2_000;
/** Of one script, in UTF-8. */
export const MAX_SCRIPT_BYTES = 10 * 1024;
/** More than these is not started but queued. */
export const MAX_RUNS_PER_MINUTE_AND_SOURCE = 50;

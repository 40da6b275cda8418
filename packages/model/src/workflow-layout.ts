/**
 * What the canvas of a workflow remembers and no run reads. Content keeps it in a file of its own beside the
 * workflow, so that a box somebody moved is not a review.
 */

export interface WorkflowLayout {
  /** By id of the step; steps without anything of their own are left out. */
  readonly steps: Readonly<Record<string, StepLayout>>;
  /** By id of the annotation. */
  readonly annotations: Readonly<Record<string, LayoutBounds>>;
}

export interface StepLayout {
  readonly bounds?: LayoutBounds;
  /** The edges that leave, as `<branch> <step>`, where the API lists them in another order than the steps they lead to. */
  readonly edges?: readonly string[];
}

export interface LayoutBounds {
  readonly x?: number;
  readonly y?: number;
  readonly width?: number;
  readonly height?: number;
}

export const NO_LAYOUT: WorkflowLayout = { steps: {}, annotations: {} };

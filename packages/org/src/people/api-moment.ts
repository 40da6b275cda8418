/** Moments as the API of people writes them: `2022-05-12T09:52:35.122000+00:00`. */
export function apiMoment(ms: number): string {
  return new Date(ms).toISOString().replace('Z', '000+00:00');
}

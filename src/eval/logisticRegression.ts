/** Logistic regression by Newton's method, for a handful of features and some hundred records. */

/** The chance of being right is `sigmoid(intercept + weights · features)`. */
export interface LogisticModel {
  readonly intercept: number;
  readonly weights: readonly number[];
}

export interface LabelledFeatures {
  readonly features: readonly number[];
  readonly right: boolean;
}

const MOST_STEPS = 100;
const CONVERGED = 1e-10;

/**
 * Minimizes the negative log-likelihood plus `ridge / 2` times the squared weights, the intercept not among them. A
 * ridge above 0 keeps the weights finite where the features separate right from wrong.
 */
export function fitLogistic(records: readonly LabelledFeatures[], ridge: number): LogisticModel {
  const rows = records.map(({ features }) => [1, ...features]);
  let model = new Array<number>(rows[0]?.length ?? 1).fill(0);
  for (let step = 0; step < MOST_STEPS; step++) {
    const gradient = model.map((weight, j) => (j === 0 ? 0 : ridge * weight));
    const hessian = model.map((_, j) => model.map((_, k) => (j === k && j > 0 ? ridge : 0)));
    for (const [i, row] of rows.entries()) {
      const chance = sigmoid(dot(model, row));
      const error = chance - (records[i]?.right === true ? 1 : 0);
      for (const [j, x] of row.entries()) {
        gradient[j] = (gradient[j] ?? 0) + error * x;
        const hessianRow = hessian[j] ?? [];
        for (const [k, y] of row.entries()) hessianRow[k] = (hessianRow[k] ?? 0) + chance * (1 - chance) * x * y;
      }
    }
    const change = solve(hessian, gradient);
    model = model.map((weight, j) => weight - (change[j] ?? 0));
    if (Math.max(...change.map(Math.abs)) < CONVERGED) break;
  }
  const [intercept = 0, ...weights] = model;
  return { intercept, weights };
}

export function predictLogistic({ intercept, weights }: LogisticModel, features: readonly number[]): number {
  return sigmoid(intercept + dot(weights, features));
}

function sigmoid(x: number): number {
  return 1 / (1 + Math.exp(-x));
}

function dot(a: readonly number[], b: readonly number[]): number {
  return a.reduce((sum, value, i) => sum + value * (b[i] ?? 0), 0);
}

/** x of `matrix x = right`, by Gaussian elimination with pivots. */
function solve(matrix: readonly (readonly number[])[], right: readonly number[]): number[] {
  const rows = matrix.map((row, i) => [...row, right[i] ?? 0]);
  const at = (row: number, column: number): number => rows[row]?.[column] ?? 0;
  for (let column = 0; column < rows.length; column++) {
    let pivot = column;
    for (let i = column + 1; i < rows.length; i++) if (Math.abs(at(i, column)) > Math.abs(at(pivot, column))) pivot = i;
    const chosen = rows[pivot] ?? [];
    rows[pivot] = rows[column] ?? [];
    rows[column] = chosen;
    for (let i = column + 1; i < rows.length; i++) {
      const factor = at(i, column) / at(column, column);
      rows[i] = (rows[i] ?? []).map((value, k) => value - factor * (chosen[k] ?? 0));
    }
  }
  const solution = new Array<number>(rows.length).fill(0);
  for (let i = rows.length - 1; i >= 0; i--) {
    const known = solution.reduce((sum, value, k) => sum + (k > i ? at(i, k) * value : 0), 0);
    solution[i] = (at(i, rows.length) - known) / at(i, i);
  }
  return solution;
}

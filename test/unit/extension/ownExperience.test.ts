import assert from "node:assert/strict";
import { suite, test } from "node:test";
import { seededRandom } from "../../../src/engine/sampling/random.ts";
import { adjusted, type Experience, learn, NO_EXPERIENCE } from "../../../src/extension/completion/ownExperience.ts";

/** The experience after many texts of one stated probability, of which a share was taken. */
function after(count: number, probability: number, share: number): Experience {
  const random = seededRandom(7);
  let experience = NO_EXPERIENCE;
  for (let i = 0; i < count; i++) experience = learn(experience, { probability, wasTaken: random() < share });
  return experience;
}

suite("own experience", () => {
  test("changes nothing before there is any", () => {
    for (const probability of [0, 0.01, 0.5, 0.99, 1]) assert.equal(adjusted(probability, NO_EXPERIENCE), probability);
  });

  test("one verdict hardly moves it, and a hundred do", () => {
    const one = learn(NO_EXPERIENCE, { probability: 0.6, wasTaken: false });
    assert.ok(adjusted(0.6, one) > 0.58);
    assert.ok(adjusted(0.6, after(150, 0.6, 0.3)) < 0.45);
    assert.ok(adjusted(0.5, after(150, 0.5, 0.9)) > 0.65);
  });

  test("where the gate is right it stays near nothing", () => {
    assert.ok(Math.abs(after(500, 0.6, 0.6).shift) < 0.25);
  });

  test("has an end, and keeps probabilities in order and between 0 and 1", () => {
    for (const share of [0, 1]) {
      const experience = after(5_000, 0.5, share);
      assert.ok(Math.abs(experience.shift) <= 1);
      const values = [0, 0.2, 0.5, 0.9, 1].map((probability) => adjusted(probability, experience));
      assert.deepEqual(
        values,
        values.toSorted((a, b) => a - b),
      );
      assert.deepEqual([values[0], values.at(-1)], [0, 1]);
    }
  });

  test("counts what it has seen", () => {
    const { taken, dismissed } = after(100, 0.5, 0.5);
    assert.equal(taken + dismissed, 100);
    assert.ok(taken > 20 && dismissed > 20);
  });
});

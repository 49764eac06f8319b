it("refuses scores that are not numbers", () => {
  expect(() => auroc([0.2, Number.NaN], [1, 0])).toThrow("Score 1 of 2 is NaN");
  expect(() => auprc([Number.NaN, 0.2], [1, 0])).toThrow("Score 0 of 2 is NaN");
});

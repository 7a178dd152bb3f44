"""The work of `gradcheck`: comparing gradients with differences, and finding out why they disagree.

From the question to the answer:

    checks          what is compared: gradients, or gradients of gradients
    nesting         the tensors among arguments and results, however deep they lie
    comparison      the analytic Jacobian beside the numerical one
    extrapolation   derivatives by differences with steps of their own, and an estimate of their error
    judgement       a property test's verdict on one example
    second_look     what seems wrong there is looked at again
    probes          is backward linear in g, and does it leave g and the inputs alone?
    investigation   after a disagreement: which of the following explains it
    corners         is there a derivative at all?
    refusals        did the engine refuse what a rule returned?
    patterns        what does the wrong Jacobian look like beside the right one?
    arrangements    … and how is it arranged?
    naming          what inputs, outputs and rules are called in the message
"""

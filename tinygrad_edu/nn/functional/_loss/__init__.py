"""Loss functions (損失関数): how far the network is from what it should answer; one number to make smaller.

Source: the article, 「二乗和誤差」, 「交差エントロピー誤差」;
https://docs.pytorch.org/docs/stable/nn.functional.html#loss-functions
"""

"""Doses as the prescriber's words.

A dose is text, exactly as a person typed it into one cell. It has no order, no arithmetic and no
conversion. Three named functions, and no others in the project, may read its digits: the number in
words (`words`), the one comparison (`is_more`) and the height in a timeline lane (`lane_heights`).
"""

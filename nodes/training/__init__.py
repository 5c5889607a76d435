"""How the starter model is made: scenes, captions, and the three networks trained on them."""

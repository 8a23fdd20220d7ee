#pragma once
// Nothing to call: linking this target is all (see threads.c).

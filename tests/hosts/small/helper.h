#pragma once

void pause_a_little();

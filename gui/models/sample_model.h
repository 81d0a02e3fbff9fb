#pragma once

#include <QString>

namespace ag::gui {

class AccountModel;

// The model that examples and first requests ask for: one that talks and costs little, of an account that is ready;
// else one that talks; else a common name.
QString SampleModel(const AccountModel& accounts);

}  // namespace ag::gui

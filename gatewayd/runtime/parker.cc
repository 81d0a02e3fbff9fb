#include "gatewayd/runtime/parker.h"

namespace ag::runtime {

ParkingLot::~ParkingLot() {
  for (Parker* parker = first_; parker != nullptr; parker = parker->next_) parker->lot_ = nullptr;
}

void ParkingLot::AbandonAll() {
  // Asio posts the unwinding of the frames to the context, so no parker leaves the list while we walk it.
  for (Parker* parker = first_; parker != nullptr; parker = parker->next_) parker->handler_.reset();
}

Parker::Parker(ParkingLot& lot) : lot_(&lot), next_(lot.first_) {
  if (next_ != nullptr) next_->previous_ = this;
  lot.first_ = this;
}

Parker::~Parker() {
  if (lot_ == nullptr) return;
  if (previous_ != nullptr) {
    previous_->next_ = next_;
  } else {
    lot_->first_ = next_;
  }
  if (next_ != nullptr) next_->previous_ = previous_;
}

}  // namespace ag::runtime

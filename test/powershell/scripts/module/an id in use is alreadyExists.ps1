$id = Start-TestContainer
$record = Assert-Fails { New-HcsContainer -Id $id -Command sleep, 1 } 'alreadyExists,New-HcsContainer'
Assert-Equal "$($record.CategoryInfo.Category)" 'ResourceExists'
Assert-True ($record.ErrorDetails.RecommendedAction -ne '') 'a hint'
Remove-TestContainer $id

$record = Assert-Fails { Get-HcsContainer no-such-container } 'notFound,Get-HcsContainer'
Assert-Equal "$($record.CategoryInfo.Category)" 'ObjectNotFound'
Assert-Equal $record.TargetObject 'no-such-container'
Assert-Equal $record.Exception.Data['HcsError'].Code 'notFound'
